// What a disk tells of changes: what its clock says, how coarse it is, and whether folders keep the time of theirs.
import { mkdtempSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** FAT has steps of two seconds. */
export const coarsest = 2000;

export interface Disk {
  /** Number of the disk. */
  device: number;
  /** By its own clock, epoch milliseconds. */
  now: number;
  /** Changes that lie no more than so many milliseconds apart may have one time. */
  tick: number;
  /** A folder's time changes with the names in it. */
  foldersTell: boolean;
}

/**
 * Tried out in a folder below this one, which is removed again: some disks of networks and of Windows never change the
 * time of a folder.
 */
export function tryDisk(folder: string): Disk {
  const trial = mkdtempSync(join(folder, 'clock-'));
  try {
    const [one, other] = [join(trial, 'one'), join(trial, 'other')];
    const tells = [() => writeFileSync(one, ''), () => renameSync(one, other), () => rmSync(other)].map(
      (change) => {
        utimesSync(trial, 1_000_000_000, 1_000_000_000);
        change();
        return Math.abs(statSync(trial).mtimeMs - 1e12) > 60_000;
      },
    );
    writeFileSync(one, '');
    const { mtimeMs: now, dev: device } = statSync(one);
    // Newer disks than those of whole seconds have steps of some milliseconds, or smaller ones.
    return { device, now, tick: now % 1000 === 0 ? coarsest : 100, foldersTell: tells.every(Boolean) };
  } finally {
    rmSync(trial, { recursive: true, force: true });
  }
}
