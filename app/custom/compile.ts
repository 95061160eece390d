import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { compiled, sourcesIn } from './directory';

const ROOT = resolve(__dirname, '../..');
const CACHE = join(ROOT, 'node_modules/.cache');

/**
 * The record of the last build: sources that it saw and files that it made, so that the next build knows what has
 * changed.
 */
interface BuildRecord {
  /** Changes with our own version, because the team's code is type-checked against ours. */
  hub: string;
  /** Source → size and time. */
  sources: { [path: string]: string };
}

/** Compiles the team's own code in place, beside its sources, as ours is. */
export class CustomCompiler {
  private program?: ts.Program;
  private readonly recordFile: string;
  /** The state of the last build, whether it compiled or not. */
  private seen?: BuildRecord;

  /** @param dir CUSTOM_DIR, which exists */
  constructor(private readonly dir: string) {
    this.recordFile = join(CACHE, `custom-${createHash('sha256').update(dir).digest('hex').slice(0, 16)}.json`);
  }

  /**
   * Compiles the sources, unless nothing has changed. The compiled file of a removed source is removed too, so that no
   * schedule or listener outlives its source.
   * @return the compiler's complaints; undefined when it compiled
   */
  build(): string | undefined {
    const before = this.readRecord();
    const now = this.seen = this.look();
    for (const source of Object.keys(before?.sources ?? {})) if (!existsSync(source)) rmSync(compiled(source), { force: true });
    const sources = Object.keys(now.sources);
    if (sources.length === 0 || (isSame(before, now) && sources.every(source => existsSync(compiled(source))))) return undefined;
    const problems = this.compile(sources);
    if (problems !== undefined) return problems;
    mkdirSync(CACHE, { recursive: true });
    writeFileSync(this.recordFile, JSON.stringify(now));
    return undefined;
  }

  /** Whether anything has changed since the last build. */
  hasChanged(): boolean {
    return !isSame(this.seen, this.look());
  }

  private compile(sources: string[]): string | undefined {
    const options = compilerOptions();
    const host = ts.createCompilerHost(options);
    host.resolveModuleNameLiterals = (literals, file) => literals.map(({ text }) => resolveModule(text, file, options, host));
    const typings = ts.sys.readDirectory(join(ROOT, 'typings'), ['.d.ts']);
    const program = this.program = ts.createProgram([...sources, ...typings], options, host, this.program);
    const files = sources.flatMap(source => program.getSourceFile(source) ?? []);
    // Our own build checks our sources.
    const problems = [
      ...program.getOptionsDiagnostics(), ...program.getGlobalDiagnostics(),
      ...files.flatMap(file => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]),
    ];
    if (problems.length > 0) return inWords(problems, this.isInside() ? process.cwd() : this.dir);
    for (const file of files) program.emit(file, writeChanged);
    return undefined;
  }

  private isInside(): boolean {
    return !relative(process.cwd(), this.dir).startsWith('..');
  }

  private look(): BuildRecord {
    const stamp = (path: string) => {
      const found = statSync(path, { throwIfNoEntry: false });
      return found ? `${found.size} ${found.mtimeMs}` : '';
    };
    const sources = Object.fromEntries(sourcesIn(this.dir).map(path => [path, stamp(path)]));
    return { hub: `${ts.version} ${stamp(join(CACHE, 'tsbuildinfo'))}`, sources };
  }

  private readRecord(): BuildRecord | undefined {
    try {
      return JSON.parse(readFileSync(this.recordFile, 'utf8')) as BuildRecord;
    } catch {
      return undefined;
    }
  }
}

/** An unchanged file is not written: a write would restart workers. */
function writeChanged(path: string, text: string): void {
  if (ts.sys.readFile(path) !== text) ts.sys.writeFile(path, text);
}

/** Our options, without those that are a matter of taste. */
function compilerOptions(): ts.CompilerOptions {
  const config = ts.getParsedCommandLineOfConfigFile(join(ROOT, 'tsconfig.json'), {
    noUnusedLocals: false, noUnusedParameters: false, incremental: false, tsBuildInfoFile: undefined, outDir: undefined, rootDir: undefined,
  }, { ...ts.sys, onUnRecoverableConfigFileDiagnostic: problem => { throw new Error(inWords([problem], ROOT)); } });
  if (!config) throw new Error('tsconfig.json cannot be read.');
  return config.options;
}

/**
 * Resolves a module as Node does with the NODE_PATH of `nodePath`: from the file, then among our packages, then in
 * modules/.
 */
function resolveModule(name: string, file: string, options: ts.CompilerOptions, host: ts.ModuleResolutionHost): ts.ResolvedModuleWithFailedLookupLocations {
  const ours = () => ts.resolveModuleName(name, join(ROOT, 'index.ts'), options, host);
  const offered = () => ts.resolveModuleName(join(ROOT, 'modules', name), join(ROOT, 'index.ts'), options, host);
  const found = ts.resolveModuleName(name, file, options, host);
  if (found.resolvedModule || name.startsWith('.')) return found;
  return [ours, offered].map(look => look()).find(({ resolvedModule }) => resolvedModule) ?? found;
}

function isSame(before: BuildRecord | undefined, now: BuildRecord): boolean {
  return JSON.stringify(before) === JSON.stringify(now);
}

/** @param directory base of the relative paths in the text */
function inWords(problems: readonly ts.Diagnostic[], directory: string): string {
  const host = { getCanonicalFileName: (name: string) => name, getCurrentDirectory: () => directory, getNewLine: () => '\n' };
  const unique = ts.sortAndDeduplicateDiagnostics(problems);
  return process.stderr.isTTY ? ts.formatDiagnosticsWithColorAndContext(unique, host) : ts.formatDiagnostics(unique, host);
}
