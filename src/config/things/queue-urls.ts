// `${queue:orders}` in environment variables. AWS gives the URL of a queue when the queue is there, which may be in the
// middle of a deployment: until then a mark takes its place.

const mark = /\uE000queue:([\w-]+)\uE000/g;

/** Stands for the URL of a queue that is not there yet. */
export const urlAfterApply = '(known after apply)';

/** Takes the place of the URL of this queue; no value of slsctl.yml has such characters. */
export function queueUrlMark(key: string): string {
  return `\uE000queue:${key}\uE000`;
}

/** The keys of the queues whose URLs are in the text. */
export function queuesIn(text: string): string[] {
  return [...text.matchAll(mark)].map(([, key = '']) => key);
}

/** The text with the URLs in place of their marks. */
export function withQueueUrls(text: string, urlOf: (key: string) => string): string {
  return text.replace(mark, (_, key: string) => urlOf(key));
}
