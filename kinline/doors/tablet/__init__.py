"""The tablet: the door of those inside, on a device that several people share."""
