/** An outside cause that prevents the start. The message is the one line that a person reads. */
export class StartError extends Error {}
