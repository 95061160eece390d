const hub = require('./lib/hub');
const { showError } = require('./lib/show');

App({
  onLaunch() {
    // Begins while the first page is drawn; whoever asks for something waits for this login.
    hub.login().catch(showError);
  },
});
