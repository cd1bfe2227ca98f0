// What runs on every page of the console door.
export {};
