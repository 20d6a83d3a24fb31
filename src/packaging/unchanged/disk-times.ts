// Finds out how a disk records times: by which clock, how coarsely, and whether a folder's time changes with its names.
import { mkdtempSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The coarsest clock of a file system, milliseconds: FAT has steps of two seconds. */
export const coarsestTick = 2000;

export interface Disk {
  /** Device number. */
  device: number;
  /** The time by the disk's own clock, epoch milliseconds. */
  now: number;
  /** Two changes within this many milliseconds may get the same time. */
  tick: number;
  /** A folder's modification time changes when the names in it change. */
  foldersTell: boolean;
}

/**
 * Tries it out in a temporary folder inside `folder`. Some network and Windows disks never change the time of a folder.
 */
export function tryDisk(folder: string): Disk {
  const trial = mkdtempSync(join(folder, 'clock-'));
  try {
    const file = join(trial, 'file');
    const renamed = join(trial, 'renamed');
    const changes = [() => writeFileSync(file, ''), () => renameSync(file, renamed), () => rmSync(renamed)];
    const noticed = changes.map((change) => {
      utimesSync(trial, 1_000_000_000, 1_000_000_000);
      change();
      return Math.abs(statSync(trial).mtimeMs - 1e12) > 60_000;
    });
    writeFileSync(file, '');
    const { mtimeMs: now, dev: device } = statSync(file);
    // A disk that records fractions of a second has steps of a few milliseconds at most.
    const tick = now % 1000 === 0 ? coarsestTick : 100;
    return { device, now, tick, foldersTell: noticed.every(Boolean) };
  } finally {
    rmSync(trial, { recursive: true, force: true });
  }
}
