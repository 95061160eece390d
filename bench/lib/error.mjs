/** A problem that a person can mend. The message says what and how; no stack is shown. */
export class BenchError extends Error {}
