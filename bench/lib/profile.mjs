import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const DIR = fileURLToPath(new URL('../profiles/', import.meta.url));
const SHOWN = 25;
/** Waiting, and the profiler's own start and end. */
const NOT_WORK = new Set(['(idle)', '(root)', 'dispatch']);

/**
 * Writes a CPU profile for Chrome's developer tools, and adds its self times up by package or file.
 * @return {Promise<{ file: string, shares: Array<{ where: string, share: number }> }>} per cent of the time that was
 *   not idle
 */
export async function saveProfile(profile, name) {
  await mkdir(DIR, { recursive: true });
  const file = `bench/profiles/${name}.cpuprofile`;
  await writeFile(`${DIR}${name}.cpuprofile`, JSON.stringify(profile));
  const nodes = new Map(profile.nodes.map(node => [node.id, node]));
  const times = new Map();
  let total = 0;
  profile.samples.forEach((id, index) => {
    const { callFrame } = nodes.get(id);
    if (NOT_WORK.has(callFrame.functionName)) return;
    const where = placeOf(callFrame);
    times.set(where, (times.get(where) ?? 0) + profile.timeDeltas[index]);
    total += profile.timeDeltas[index];
  });
  const shares = [...times].map(([where, time]) => ({ where, share: time / total * 100 })).sort((a, b) => b.share - a.share);
  return { file, shares: shares.slice(0, SHOWN) };
}

/** The package of a function, the file where it is the project's own, or the part of Node. */
function placeOf({ functionName, url }) {
  if (url === '') return functionName.startsWith('(') ? functionName : `native ${functionName}`;
  const dependency = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url);
  if (dependency) return dependency[1];
  return url.replace(/^file:\/\//, '').replace(fileURLToPath(new URL('../../', import.meta.url)), '');
}
