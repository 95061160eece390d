import { spawn } from 'node:child_process';
import { ROOT } from './markdown';

/** A line that was pasted into a terminal, and its output. */
export interface Pasted {
  line: string;
  shown: string;
  code: number;
}

const MARK = '::done::';

/** Runs lines in one bash, each as if it were pasted after the one before had ended, in the project's directory. */
export async function paste(lines: string[]): Promise<Pasted[]> {
  const script = lines.map(line => `${line}\necho "${MARK}$?"\n`).join('');
  const { PATH, HOME } = process.env;
  const shell = spawn('bash', ['-s'], { cwd: ROOT, env: { PATH, HOME }, stdio: ['pipe', 'pipe', 'pipe'] });
  const chunks: Buffer[] = [];
  for (const stream of [shell.stdout, shell.stderr]) stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  shell.stdin.end(script);
  await new Promise<void>((resolve, reject) => shell.once('error', reject).once('close', () => resolve()));
  const parts = Buffer.concat(chunks).toString().split(new RegExp(`${MARK}(\\d+)\n`));
  return lines.map((line, index) => ({ line, shown: parts[index * 2] ?? '', code: Number(parts[index * 2 + 1] ?? NaN) }));
}
