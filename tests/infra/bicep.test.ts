/** The Bicep files as text: syntax and names. What this cannot tell, and what does, is in docs/deploy.md. */
import { checkNames } from './bicep/names';
import { declared, INFRA, readBicep } from './bicep/files';
import { parseBicep, type BicepFile } from './bicep/syntax';

let files: Map<string, BicepFile>;

beforeAll(async () => {
  files = await readBicep(INFRA);
});

const findings = async (...texts: [path: string, text: string][]): Promise<string[]> => checkNames(new Map(await Promise.all(texts.map(async ([path, text]) => [path, await parseBicep(text)] as const))));

describe('the check', () => {
  it.each([
    ['a colon that is missing', "param a string\nvar b = {\n  c a\n}\n", /^3:/],
    ['a bracket that is missing', "param a array\nvar b = union(a, [\n", /not Bicep near/],
  ])('refuses %s', async (_what, text, message) => expect(parseBicep(text)).rejects.toThrow(message));

  it.each([
    ['a name', "output a string = b\n", ['m.bicep:1: there is no b']],
    ['a function', "param a string\noutput b string = upper(a)\n", ['m.bicep:2: there is no function upper']],
    ['a variable of a loop outside it', "param a string[]\noutput b array = [for x in a: x]\noutput c string = x\n", ['m.bicep:3: there is no x']],
    ['a use', "param a string\nvar b = 1\n", ['m.bicep:1: the param a is not used', 'm.bicep:2: the var b is not used']],
    ['a type', "param a thing\noutput b string = a.name\n", ['m.bicep:1: the type thing of a is unknown']],
    ['a nested resource', "resource a 'X/y@2024-01-01' = {\n  name: 'a'\n}\noutput b string = a::c.id\n", ['m.bicep:4: there is no nested resource c']],
  ])('misses %s', async (_what, text, expected) => expect(await findings(['m.bicep', text])).toEqual(expected));

  it('knows what a module takes and gives', async () => {
    const module = "param a string\nparam b string = ''\noutput c string = '${a}${b}'\n";
    expect(await findings(['app/x.bicep', module], ['m.bicep', "module x 'app/x.bicep' = {\n  params: {\n    d: 1\n  }\n}\noutput e string = x.outputs.f\n"])).toEqual([
      'm.bicep:1: the module x is not given a',
      'm.bicep:1: the module x takes no d',
      'm.bicep: the module x has no output f',
    ]);
    expect(await findings(['app/x.bicep', module], ['m.bicep', "module x 'app/x.bicep' = {\n  params: {\n    a: 'a'\n  }\n}\noutput e string = x!.outputs.c\n"])).toEqual([]);
  });
});

describe('infra/', () => {
  it('has a part for every concern', () =>
    expect([...files.keys()]).toEqual(['alerts', 'cosmos', 'durable', 'eventHub', 'functions', 'hubs', 'identity', 'monitoring', 'network', 'roles', 'storage', 'types'].map((name) => `app/${name}.bicep`).concat('main.bicep')));

  it('has no name that is unknown, unused, or not what a module takes', () => expect(checkNames(files)).toEqual([]));

  it('says what every parameter that a person sets is for', () => {
    const silent = declared(files.get('main.bicep') as BicepFile, 'param').filter(({ decorators }) => !decorators.some(({ name }) => name === 'description'));
    expect(silent.map(({ name }) => name)).toEqual([]);
  });

  it('only composes in main.bicep', () => expect(declared(files.get('main.bicep') as BicepFile, 'resource').map(({ type }) => type.split('@')[0])).toEqual(['Microsoft.Resources/resourceGroups']));
});
