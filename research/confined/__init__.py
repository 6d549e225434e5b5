"""Programs that read what strangers sent, where they can do no harm."""
