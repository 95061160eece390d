const DUPLICATE = /^weapp_hub_pushes_total\{[^}]*outcome="duplicate"[^}]*\} (\d+)/gm;

/** How many pushes the server has recognised as ones that it had already. */
export async function duplicates(): Promise<number> {
  const text = await (await fetch('/metrics')).text();
  return [...text.matchAll(DUPLICATE)].reduce((sum, [, count]) => sum + Number(count), 0);
}

/** Whether nothing waits on the disk for the database any more. */
export async function spooled(): Promise<number> {
  const answer = await (await fetch('/readyz')).json() as { database: string; spool: number };
  return answer.database === 'up' ? answer.spool : -1;
}
