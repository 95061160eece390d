const hub = require('./lib/hub');
const { showError } = require('./lib/show');

App({
  onLaunch() {
    // Begins while the first page is drawn; calls that need a login wait for it.
    hub.login().catch(showError);
  },
});
