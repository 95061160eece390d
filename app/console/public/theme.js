// Before the first paint, so that a dark console never flashes white. See lib/theme.ts for what is kept.
(function() {
  var kept = null;
  try { kept = localStorage.getItem('weapp-hub.theme'); } catch (error) { kept = null; }
  var dark = kept === 'dark' || (kept !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.classList.toggle('dark', dark);
})();
