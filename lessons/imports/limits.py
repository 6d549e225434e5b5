"""How much an uploaded file may be, and how much its reading may cost."""

MIB = 2**20

UPLOAD_BYTES = 64 * MIB
FILES_AT_ONCE = 10
TEXT_BYTES = 2 * MIB
WEB_BYTES = 16 * MIB

ENTRIES = 500
DIRECTORY_BYTES = MIB
XML_BYTES = 30 * MIB
XML_RATIO = 100
XML_RATIO_FROM = 256 * 1024  # a few lines of spaces pack better than 100 : 1 and harm nobody
TAG_BYTES = 4 * MIB  # a drawing of Word 2007 carries a copy of itself in one attribute
ELEMENTS = 1_000_000
DEPTH = 200
PIECES = 20_000  # paragraphs and cells
MEDIA_BYTES = 200 * MIB
PICTURES = 200
PICTURE_PIXELS = 40_000_000
PICTURE_SIDE = 2000

CPU_SECONDS = 15
MEMORY_BYTES = 512 * MIB
WALL_SECONDS = 40
OUTPUT_BYTES = 64 * MIB

# LibreOffice alone maps more than 512 MiB before it has read anything.
OFFICE_CPU_SECONDS = 40
OFFICE_MEMORY_BYTES = 3072 * MIB
OFFICE_WALL_SECONDS = 90
