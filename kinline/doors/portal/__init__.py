"""The portal: the door of those outside, who are called and see what each call cost."""
