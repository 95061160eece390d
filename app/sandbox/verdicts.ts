export interface SandboxVerdict { contains: string; suggest: 'pass' | 'review' | 'risky'; label: number; errcode?: number }

const PASS = { suggest: 'pass', label: 100 } as const;

/** A text that WeChat's own example gives for content that is risky. */
const RISKY_EXAMPLE = '特3456书yuuo莞6543李zxcz蒜7782法fgnv级';

/** What the simulated content security thinks: of what holds a certain text, that; of all else, nothing bad. */
export class Verdicts {
  private own: SandboxVerdict[] = [];

  set(verdicts: SandboxVerdict[]): void {
    this.own = verdicts;
  }

  /** The worst of what is said of any of the texts. */
  of(...texts: string[]): Pick<SandboxVerdict, 'suggest' | 'label' | 'errcode'> {
    const example: SandboxVerdict = { contains: RISKY_EXAMPLE, suggest: 'risky', label: 20006 };
    const met = [...this.own, example].filter(({ contains }) => texts.some(text => text.includes(contains)));
    return met.find(({ suggest }) => suggest === 'risky') ?? met.find(({ suggest }) => suggest === 'review') ?? met[0] ?? PASS;
  }

  clear(): void {
    this.own = [];
  }
}
