// Watches the memory of a function's process while it works: its peak, and whether it exceeds the limit.
import { memoryOf, memoryOnLinux } from './memory.ts';

/** Milliseconds between two measurements. */
const interval = process.platform === 'linux' ? 50 : 500;
/** Milliseconds of work after which a peak is measured again. */
const fresh = 50;
/** Milliseconds between two searches for child processes when peaks are asked for. */
const pause = 1000;
/** Milliseconds until the first measurement, for processes that end early. */
const soon = 10;

export class MemoryWatch {
  /** Bytes. */
  private readonly limit: number;
  private readonly onExcess: () => void;
  private readonly timer: NodeJS.Timeout;
  private pid: number | undefined;
  private most = 0;
  /** Milliseconds that the process worked since the last measurement, without its current stretch of work. */
  private worked = Number.POSITIVE_INFINITY;
  private began = 0;
  private searched = Number.NEGATIVE_INFINITY;
  private active = false;

  constructor(limit: number, onExcess: () => void) {
    this.limit = limit;
    this.onExcess = onExcess;
    this.timer = setTimeout(() => void this.look(), interval).unref();
  }

  /** The process begins its init. */
  watch(pid: number | undefined): void {
    this.pid = pid;
    this.most = 0;
    this.worked = Number.POSITIVE_INFINITY;
    this.searched = Number.NEGATIVE_INFINITY;
    this.resume();
    setTimeout(() => this.pid === pid && this.peak(), soon).unref();
  }

  resume(): void {
    if (this.active) return;
    this.active = true;
    this.began = performance.now();
    this.timer.refresh();
  }

  pause(): void {
    if (this.active) this.worked += performance.now() - this.began;
    this.active = false;
  }

  /** The most bytes in use since the process started. */
  peak(): number {
    const now = performance.now();
    const worked = this.worked + (this.active ? now - this.began : 0);
    if (process.platform === 'linux' && this.pid !== undefined && worked > fresh) {
      const children = now - this.searched > pause;
      if (children) this.searched = now;
      this.note(memoryOnLinux(this.pid, children)?.most ?? 0);
    }
    return this.most;
  }

  private note(most: number): void {
    this.most = Math.max(this.most, most);
    this.worked = 0;
    this.began = performance.now();
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
