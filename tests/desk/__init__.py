"""A kind of shared document for tests, so that the floor is tried without the apps that stand on it."""
