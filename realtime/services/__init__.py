"""What the other apps may do with shared documents; ``realtime.documents`` names the public part."""
