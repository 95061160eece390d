import egg = require('egg/package.json');

/** Loaded before a process of the server: it sees another version of Egg. */
(egg as { version: string }).version = '3.999.0';
