import { randomId } from './random';

const BYTES_LIMIT = 128 * 1024 * 1024;
const COUNT_LIMIT = 20_000;

interface Media { appid: string; contentType: string; filename: string; content: Buffer; expiresAt: number }

/** Temporary media files. Bounded in number and bytes: the oldest goes first. */
export class MediaStore {
  private readonly files = new Map<string, Media>();
  private bytes = 0;

  add(media: Media): string {
    const id = randomId(64);
    this.files.set(id, media);
    this.bytes += media.content.length;
    while (this.files.size > COUNT_LIMIT || this.bytes > BYTES_LIMIT) this.forgetOldest();
    return id;
  }

  find(appid: string, id: string, now: number): Media | undefined {
    const media = this.files.get(id);
    return media && media.appid === appid && media.expiresAt > now ? media : undefined;
  }

  clear(): void {
    this.files.clear();
    this.bytes = 0;
  }

  private forgetOldest(): void {
    const [oldest] = this.files;
    this.files.delete(oldest[0]);
    this.bytes -= oldest[1].content.length;
  }
}
