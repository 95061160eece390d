/** Places of which so many can be taken at once. */
export class Slots {
  private taken = 0;

  /** @param most places */
  constructor(private readonly most: number) {}

  /** How many can be taken now. */
  get free(): number {
    return this.most - this.taken;
  }

  /** @return how to give it back, which may be called again; undefined when all are taken */
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
