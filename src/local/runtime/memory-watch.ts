// Looks after the memory of a function's process while it works: how much it used, and whether that is too much.
import { memoryOf, memoryOnLinux } from './memory.ts';

/** Milliseconds between two looks. */
const interval = process.platform === 'linux' ? 50 : 500;
/** Milliseconds that a measured peak is good for. */
const fresh = 20;
/** Milliseconds until a process that ends at once has been looked at. */
const soon = 10;

export class MemoryWatch {
  /** Bytes. */
  private readonly limit: number;
  private readonly onExcess: () => void;
  private readonly timer: NodeJS.Timeout;
  private pid: number | undefined;
  private most = 0;
  private measured = 0;
  private active = false;
  private stopped = false;

  constructor(limit: number, onExcess: () => void) {
    this.limit = limit;
    this.onExcess = onExcess;
    this.timer = setTimeout(() => void this.look(), interval).unref();
  }

  /** A new process begins its init. */
  watch(pid: number | undefined): void {
    this.pid = pid;
    this.most = 0;
    this.resume();
    setTimeout(() => this.pid === pid && this.peak(), soon).unref();
  }

  resume(): void {
    if (this.active || this.stopped) return;
    this.active = true;
    this.timer.refresh();
  }

  pause(): void {
    this.active = false;
  }

  stop(): void {
    this.stopped = true;
    this.active = false;
    clearTimeout(this.timer);
  }

  /** Bytes; the most that was in use since the process began. */
  peak(): number {
    if (process.platform === 'linux' && this.pid !== undefined && performance.now() - this.measured > fresh) {
      this.note(memoryOnLinux(this.pid)?.most ?? 0);
    }
    return this.most;
  }

  private note(most: number): void {
    this.most = Math.max(this.most, most);
    this.measured = performance.now();
  }

  private async look(): Promise<void> {
    const { pid } = this;
    if (!this.active || pid === undefined) return;
    const use = await memoryOf(pid);
    if (!this.active || this.pid !== pid) return;
    if (use) this.note(use.most);
    if (use && use.most > this.limit) {
      this.active = false;
      this.onExcess();
    } else this.timer.refresh();
  }
}
