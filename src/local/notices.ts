// Notices in the log of the local AWS, for things that AWS leaves out silently: an event that nobody may receive.

/** The number of notices that are remembered; the oldest is dropped first. */
const most = 1000;
const said = new Set<string>();

/** Writes a notice, unless this process has written the same before. */
export function noticeOnce(text: string): void {
  if (said.has(text)) return;
  if (said.size >= most) said.delete(said.values().next().value as string);
  said.add(text);
  process.stderr.write(`${new Date().toISOString()} ${text}\n`);
}
