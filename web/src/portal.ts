// What runs on every page of the portal door.
export {};
