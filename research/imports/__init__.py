"""Lists of people as XLSX: read, written (人员名单)."""
