// Pages of lists: the items after a token, while other items are added and removed.
import { describe, expect, it } from 'vitest';
import { firstPage, keyIn, page, tokenOf } from '../../../src/local/services/pages.ts';

const refused = () => new Error('refused');
const own = (text: string) => text;

describe('pages of a list', () => {
  it('contain every item once, in order', () => {
    const items = ['d', 'b', 'ü/é', 'a'];
    const seen: string[][] = [];
    let token: string | undefined;
    do {
      const { items: some, next } = page(items, own, token, 3, refused);
      seen.push(some);
      token = next;
    } while (token !== undefined);
    expect(seen).toEqual([['d', 'b', 'ü/é'], ['a']]);
  });

  it('end without a token, even when the last page is full', () => {
    expect(page(['a', 'b'], own, undefined, 2, refused)).toEqual({ items: ['a', 'b'] });
    expect(page([], own, '', 2, refused)).toEqual({ items: [] });
  });

  it('continue where a removed item would be, in the order of the keys', () => {
    const { next } = page(['a', 'b', 'c', 'd'], own, undefined, 2, refused);
    expect(page(['a', 'c', 'd'], own, next, 2, refused).items).toEqual(['c', 'd']);
    expect(page(['a'], own, next, 2, refused)).toEqual({ items: [] });
  });

  it('refuse the token of a removed item when the order is another', () => {
    const { next } = page(['c', 'b', 'a'], own, undefined, 2, refused);
    expect(() => page(['c', 'a', 'd'], own, next, 2, refused)).toThrow('refused');
  });

  it.each(['b', 'after:b', Buffer.from('before:b').toString('base64url'), `${tokenOf('b')}=`])(
    'refuse %j, which is not a token',
    (token) => {
      expect(() => page(['a', 'b'], own, token, 2, refused)).toThrow('refused');
      expect(() => keyIn(token, refused)).toThrow('refused');
    },
  );

  it('read no more items than needed to know that there are more', () => {
    let read = 0;
    function* endless() {
      for (;;) yield String(++read);
    }
    expect(firstPage(endless(), own, 2)).toEqual({ items: ['1', '2'], next: tokenOf('2') });
    expect(read).toBe(3);
  });
});
