/** A mini-program code that was made. */
export interface MadeQrcode {
  scene: string;
  /** Empty: the home page. */
  page: string;
  /** When it was made, or made again, last. */
  at: number;
}

/** Codes of one app that are remembered: those made last. */
const MOST_CODES = 200;

/** The mini-program codes of each app, as people have them before them. */
export class QrcodeStore {
  private readonly apps = new Map<string, Map<string, MadeQrcode>>();

  add(appid: string, code: MadeQrcode): void {
    const codes = this.apps.get(appid) ?? new Map<string, MadeQrcode>();
    this.apps.set(appid, codes);
    // One that is made again is the last one again.
    codes.delete(code.scene);
    codes.set(code.scene, code);
    if (codes.size > MOST_CODES) codes.delete(codes.keys().next().value ?? '');
  }

  /** Of an app, the last one first. */
  list(appid: string): MadeQrcode[] {
    return [...this.apps.get(appid)?.values() ?? []].reverse();
  }

  find(appid: string, scene: string): MadeQrcode | undefined {
    return this.apps.get(appid)?.get(scene);
  }

  clear(): void {
    this.apps.clear();
  }
}
