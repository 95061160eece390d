const { createHub } = require('../weapp-hub/index');
const { baseUrl, appid } = require('../config');

/** The one connection of this mini-program to its hub. */
module.exports = createHub({ baseUrl, appid });
