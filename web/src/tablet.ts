// What runs on every page of the tablet door.
export {};
