import egg = require('egg/package.json');

/** Loaded before a process of the server: what it takes for Egg's version is another one. */
(egg as { version: string }).version = '3.999.0';
