// Mapping templates: Velocity with the variables of API Gateway.
import { describe, expect, it } from 'vitest';
import { map } from '../../../../src/local/services/apigateway/templates/mapping.ts';

const render = (template: string, body: unknown = '', more: object = {}) =>
  map(template, {
    body: typeof body === 'string' ? body : JSON.stringify(body),
    params: { path: { id: '1' }, querystring: { q: 'a b' }, header: { 'X-Test': 'h' } },
    context: { stage: 'dev', identity: { sourceIp: '127.0.0.1' }, nothing: null },
    stageVariables: { color: 'blue' },
    ...more,
  });

/** `$` and the name in braces. */
const braced = (name: string) => `$\{${name}}`;

const path = '#set($result = $input.path("$.json"))';
const states =
  '"isNull": #if( $result == $null )"true"#else"false"#end, "isEmptyString": #if( $result == "" )"true"#else"false"#end}';

describe('values of the body', () => {
  it.each([
    [`${path}$result`, { json: { foo: 'bar' } }, '{foo=bar}'],
    [`${path}$result`, { json: [{ foo: 'bar' }] }, '[{"foo":"bar"}]'],
    [`${path}$result.nested`, { json: { nested: { foo: 'bar' } } }, '{foo=bar}'],
    [`${path}$result.nested`, { json: { nested: [{ foo: 'bar' }] } }, '[{"foo":"bar"}]'],
    [`${path}$result[0]`, { json: [{ foo: 'bar' }] }, '{foo=bar}'],
    [`${path}$result[0]`, { json: [[{ foo: 'bar' }]] }, '[{"foo":"bar"}]'],
    [`${path}$result`, { json: { foo: [{ nested: 'bar' }] } }, '{foo=[{"nested":"bar"}]}'],
    [`${path}$result`, { json: { bigger: 'dict', to: 'test' } }, '{bigger=dict, to=test}'],
    [`${path}$result.toString()`, { json: { foo: 'bar' } }, '{foo=bar}'],
  ])('%s of %j is %s', (template, body, text) => {
    expect(render(template, body)).toBe(text);
  });

  it('that are missing or null are empty, and equal null and the empty text', () => {
    const template = `#set($result = $input.path("$.a")){"body": $result, "nested": $result.nested, ${states}`;
    const nothing = '{"body": , "nested": , "isNull": "true", "isEmptyString": "true"}';
    expect([render(template), render(template, { a: null })]).toEqual([nothing, nothing]);
    expect(render(template, { a: [] })).toBe(
      '{"body": [], "nested": , "isNull": "false", "isEmptyString": "false"}',
    );
  });

  it.each([
    ['$input.body', '', '{}'],
    ['#set($result = $input.body)$result', '{"some": "value"}', '{"some": "value"}'],
    [
      'Action=SendMessage&MessageBody=$input.body',
      'some raw data',
      'Action=SendMessage&MessageBody=some raw data',
    ],
    ['#set($result = $input.body.testAccess)$result', 'x', ''],
    ['E=$util.urlEncode($input.body)', '{"some": "value"}', 'E=%7B%22some%22%3A+%22value%22%7D'],
    ['$input.json("$.a")', { a: { b: [1] } }, '{"b":[1]}'],
    ["$input.json('$')", { a: 1 }, '{"a":1}'],
    ['$input.json("$.missing")', { a: 1 }, '""'],
    ['$input.path("$.a[*].b")', { a: [{ b: 1 }, { b: 2 }] }, '[1,2]'],
  ])('%s with the body %j is %s', (template, body, text) => {
    expect(render(template, body)).toBe(text);
  });
});

describe('variables', () => {
  it.each([
    ["$input.params('id') $input.params('q') $input.params('x-test') $input.params('none')", '1 a b h '],
    [
      "$input.params().header.get('X-Test') $input.params().path.id $input.params('querystring').q",
      'h 1 a b',
    ],
    ['$context.stage $context.identity.sourceIp [$context.nothing][$context.missing]', 'dev 127.0.0.1 [][]'],
    [`$stageVariables.color ${braced('stageVariables.color')}! $!stageVariables.none`, 'blue blue! '],
    ['$util.base64Encode("a") $util.base64Decode("YQ==")', 'YQ== a'],
    [`$util.escapeJavaScript("it's \\"x\\"")`, 'it\\\'s \\\\\\"x\\\\\\"'],
    ['$util.parseJson(\'{"a":{"b":2}}\').a.b', '2'],
    ["$util.urlDecode('a%20b+c')", 'a b c'],
  ])('%s', (template, text) => {
    expect(render(template)).toBe(text);
  });
});

describe('directives', () => {
  it.each([
    ['#if($context.stage == "dev")yes#{else}no#end', 'yes'],
    ['#if(false)a#elseif(1 < 2 && !false)b#{else}c#end', 'b'],
    ['#if($none)a#{else}b#end#if("")c#end', 'bc'],
    ['#foreach($x in [1..3])$x#if($foreach.hasNext),#end#end', '1,2,3'],
    ['#foreach($x in ["a","b"])$foreach.index$foreach.count$velocityCount$x #end', '011a 122b '],
    ['#foreach($x in [1..5])#if($x == 3)#break#end$x#end.', '12.'],
    ['a#stop b', 'a'],
    ['#set($m = {"a": 1, "b": [2, 3]})#foreach($e in $m.entrySet())$e.key=$e.value;#end', 'a=1;b=[2,3];'],
    ['#set($x = 7)$x #set($x = $x / 2)$x #set($x = $x % 2 + 10)$x', '7 3 11'],
    ['## comment\n#* block *#x#[[ $raw #if ]]#', 'x $raw #if '],
    ['\\$x costs 5$ #hash', '$x costs 5$ #hash'],
    ['#set($name = "Sam")#set($text = "Hi $name")$text #set($plain = \'Hi $name\')$plain', 'Hi Sam Hi $name'],
    ['#set($list = [])#set($ok = $list.add("a"))$list.size() $list.get(0)', '1 a'],
    ['$none.method() $none.a.b', ' '],
    ['#if($context.stage.startsWith("d") and $context.stage.length() == 3)ok#end', 'ok'],
    [`#set($t = "x,y")#set($a = $t.split(","))$a[1] $a[-1] ${braced('a[0]')}`, 'y y x'],
  ])('%s', (template, text) => {
    expect(render(template)).toBe(text);
  });

  it('take the rest of their line with them', () => {
    expect(render('#set($a = 1)\n#if($a == 1)\n{"a": $a}\n#end\n')).toBe('{"a": 1}\n');
  });

  it('can write into maps, by name, by index and by method', () => {
    const context = { requestOverride: { querystring: {} as Record<string, string> } };
    const template = `#set($name = "foo")
#set($context.requestOverride.querystring[$name] = "bar")
$context.requestOverride.querystring.put("putfoo", "putBar")
#set($context["requestOverride"].querystring["nestedfoo"] = "nestedFoo")
#set($context.requestOverride.querystring.plain = 1)`;
    render(template, '', { context });
    expect(context.requestOverride.querystring).toEqual({
      foo: 'bar',
      putfoo: 'putBar',
      nestedfoo: 'nestedFoo',
      plain: 1,
    });
  });

  it.each(['#if(true)a', '#set($a 1)', '#foreach($x in )a#end', '#if(true'])('refuse %s', (template) => {
    expect(() => render(template)).toThrow(/unexpected text|#end is missing/);
  });
});
