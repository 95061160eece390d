/** How each command is called, and what it does. */
const COMMANDS = {
  create: ['DIR', 'lays a mini-program down that calls the hub (HUB_URL: its address, where it is not that of HOST and PORT)'],
  custom: ['', 'lays a working example of your own code into CUSTOM_DIR'],
  doctor: ['[--appid=APPID]', 'says what stands between this configuration and a working app'],
  'followers:sync': ['[--appid=APPID]', 'brings the followers of the official accounts up to date from WeChat'],
  menu: ['push FILE | show | delete [--appid=APPID]', 'the menu of the official account'],
  migrate: ['MONGODB_URL', 'copies the embedded database to a server (or set the variable MONGODB_URL, which nobody sees in the list of processes)'],
  rebuild: ['conversations | counters', 'makes anew what the console lists, from the messages; both may be named'],
  rekey: ['', 're-encrypts everything under the present DATA_KEY'],
} as const;

/** How a command is called, in one line. */
export function usageOf(command: keyof typeof COMMANDS): string {
  const [takes, does] = COMMANDS[command];
  return `Usage: npm run ${command}${takes ? ` -- ${takes}` : ''}: ${does}`;
}

/**
 * Shows how the command is called and ends the process when --help or -h was given, before anything is read or written.
 */
export function showUsageWhenAsked(command: keyof typeof COMMANDS): void {
  if (!process.argv.slice(2).some(word => word === '--help' || word === '-h')) return;
  console.log(usageOf(command));
  process.exit(0);
}
