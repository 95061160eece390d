/** Milliseconds on a clock that all processes of the machine share and nobody sets. */
export function sharedNow() {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}
