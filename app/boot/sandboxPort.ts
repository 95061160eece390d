import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { sandboxPortFile, type Env } from '../../config/env';

/** Writes the sandbox's port, which the launcher has chosen, where commands that run beside the server find it. */
export function publishSandboxPort(env: Env): { close(): Promise<void> } {
  const file = sandboxPortFile(env);
  const content = `${env.sandboxPort}\n`;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  return {
    async close() {
      // Another server of the same directory may have written its own port since.
      if (readFileSync(file, 'utf8') === content) rmSync(file);
    },
  };
}
