// What somebody put on the server of the page, under its origin.
globalThis.uploaded = true;
