/** A fixed number of places that can be taken. */
export class Slots {
  private taken = 0;

  /** @param most number of places */
  constructor(private readonly most: number) {}

  /** How many places are free. */
  get free(): number {
    return this.most - this.taken;
  }

  /** @return a function that gives the place back, and may be called again; undefined when all are taken */
  take(): (() => void) | undefined {
    if (this.taken >= this.most) return undefined;
    this.taken++;
    let ours = true;
    return () => {
      if (ours) this.taken--;
      ours = false;
    };
  }
}
