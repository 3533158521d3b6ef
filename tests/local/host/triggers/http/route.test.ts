import { compileRoute } from '../../../../../local/host/triggers/http/route';

describe('routes', () => {
  it.each([
    ['api/hello', 'api/hello', {}],
    ['api/hello', 'API/Hello/', {}],
    ['api/hello', 'api/hello/x', null],
    ['api/{name}', 'api/a%20b', { name: 'a b' }],
    ['api/{name}', 'api', null],
    ['api/{name}', 'api/a/b', null],
    ['{name?}', '', {}],
    ['api/{name?}', 'api', {}],
    ['api/{name?}', 'api/x', { name: 'x' }],
    ['api/{name=joe}', 'api', { name: 'joe' }],
    ['api/{id:int?}', 'api/7', { id: '7' }],
    ['api/{id:int?}', 'api/x', null],
    ['api/{id:int:min(5)}', 'api/4', null],
    ['api/{id:range(1,9)}', 'api/9', { id: '9' }],
    ['api/{id:guid}', 'api/0f8fad5b-d9cb-469f-a165-70867728950e', { id: '0f8fad5b-d9cb-469f-a165-70867728950e' }],
    ['api/{id:length(3)}', 'api/abcd', null],
    ['api/{id:alpha}', 'api/abc1', null],
    ['api/{id:regex(^a\\d$)}', 'api/a1', { id: 'a1' }],
    ['api/{*rest}', 'api/a/b%2Fc', { rest: 'a/b/c' }],
    ['api/{*rest}', 'api', {}],
    ['{*rest}', '', {}],
    ['api/{name}.{ext}', 'api/report.json', { name: 'report', ext: 'json' }],
    ['api/v{version}/x', 'api/v2/x', { version: '2' }],
    ['', '', {}],
    ['', 'x', null],
  ])('%s on "%s"', (template, path, params) => expect(compileRoute(template).match(path)).toEqual(params));

  it('ranks literal before constrained before parameter before catch-all', () => {
    const templates = ['api/{*rest}', 'api/{name}', 'api/{id:int}', 'api/status'];
    const ranked = templates.map(compileRoute).sort((a, b) => (a.rank < b.rank ? -1 : 1));
    expect(ranked.map(({ template }) => template)).toEqual([...templates].reverse());
  });

  it.each([
    ['api/{id:number}', /constraint "number", which does not exist/],
    ['api/{id', /cannot be read/],
  ])('refuses %s', (template, message) => expect(() => compileRoute(template)).toThrow(message));
});
