// A file with the versions of the interpreters on this machine, so that a start need not run them.
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Interpreter {
  /** The real program, not a version manager's shim. */
  readonly file: string;
  /** `3.12.4` */
  readonly version: string;
  /** For Node.js: the known options among those that switch off features as Lambda does. */
  readonly switches?: readonly string[];
}

/** Raise it when the questions to the program change. */
const format = 2;

interface Entry {
  size: number;
  /** Milliseconds. */
  modified: number;
  /** Null: the program does not run. */
  answer: Interpreter | null;
}

export class InterpreterCache {
  private readonly folder: string;
  private readonly entries: Promise<Map<string, Entry>>;
  private changed = false;

  constructor(folder: string) {
    this.folder = folder;
    this.entries = readFile(this.file, 'utf8').then(
      (text) => new Map(Object.entries(JSON.parse(text) as Record<string, Entry>)),
      () => new Map(),
    );
  }

  private get file(): string {
    return join(this.folder, `interpreters.${format}.json`);
  }

  /** The program's answer; the program runs again only after its file has changed. */
  async of(program: string, ask: () => Promise<Interpreter | undefined>): Promise<Interpreter | undefined> {
    const [entries, { size, mtimeMs: modified }] = await Promise.all([
      this.entries.catch(() => new Map<string, Entry>()),
      stat(program),
    ]);
    const entry = entries.get(program);
    const valid = entry?.size === size && entry.modified === modified;
    if (valid && (entry.answer === null || (await isThere(entry.answer.file))))
      return entry.answer ?? undefined;
    const answer = await ask();
    entries.set(program, { size, modified, answer: answer ?? null });
    this.changed = true;
    return answer;
  }

  /** Runs in the background. If it fails, the next start only takes longer. */
  save(): void {
    if (!this.changed) return;
    this.changed = false;
    void this.write().catch(() => undefined);
  }

  private async write(): Promise<void> {
    const text = JSON.stringify(Object.fromEntries(await this.entries));
    await mkdir(this.folder, { recursive: true });
    const fresh = `${this.file}.${process.pid}`;
    await writeFile(fresh, text);
    await rename(fresh, this.file);
  }
}

function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
