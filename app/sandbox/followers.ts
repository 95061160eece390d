interface Listing { openids: string[]; positions: Map<string, number> }

/** Who follows which official account, in the order in which they came, readable page by page. */
export class Followers {
  private readonly sets = new Map<string, Set<string>>();
  // Rebuilt only after a change: a sync of a million followers reads a hundred pages of one listing.
  private readonly listings = new Map<string, Listing>();

  add(appid: string, openid: string): void {
    let set = this.sets.get(appid);
    if (!set) this.sets.set(appid, set = new Set());
    set.add(openid);
    this.listings.delete(appid);
  }

  remove(appid: string, openid: string): void {
    if (this.sets.get(appid)?.delete(openid)) this.listings.delete(appid);
  }

  /** The page after `after` ('' = the first); undefined when `after` is no follower. */
  page(appid: string, after: string, size: number): { total: number; openids: string[] } | undefined {
    const { openids, positions } = this.listing(appid);
    if (after === '') return { total: openids.length, openids: openids.slice(0, size) };
    const position = positions.get(after);
    if (position === undefined) return undefined;
    return { total: openids.length, openids: openids.slice(position + 1, position + 1 + size) };
  }

  clear(): void {
    this.sets.clear();
    this.listings.clear();
  }

  private listing(appid: string): Listing {
    let listing = this.listings.get(appid);
    if (!listing) {
      const openids = [...this.sets.get(appid) ?? []];
      listing = { openids, positions: new Map(openids.map((openid, index) => [openid, index])) };
      this.listings.set(appid, listing);
    }
    return listing;
  }
}
