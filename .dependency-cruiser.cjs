// Who may import whom. The picture is: core <- client <- elements, react <- apps; core <- hub; tests and the CLI see all.
// TypeScript 6 must stay installed under the name `typescript`: with 7 alone the cruiser reads no module and finds no
// fault. tools/dependencies.test.ts proves that each rule still catches a bad import.
const TESTS = '[.]test[.]tsx?$|/src/test/|^packages/testkit/src/(crash-points|mutants|torture)/|^apps/[^/]+/test/'
const ours = (...names) => `^(packages/(${names.join('|')})/|node_modules/@tombolo/(${names.join('|')})(/|$))`
const ALL = ['core', 'client', 'hub', 'elements', 'react', 'testkit', 'cli', 'ai']

/** A package, and the ones of ours that its sources may import; everything else of ours, apps included, is refused. */
const direction = (name, allowed, comment) => ({
  name: `${name}-imports`,
  comment,
  severity: 'error',
  from: { path: `^packages/${name}/`, pathNot: TESTS },
  to: { path: [ours(...ALL.filter((other) => other !== name && !allowed.includes(other))), '^(apps|bench|tools|scripts)/'] },
})

module.exports = {
  forbidden: [
    direction('core', [], 'core is what data means; it can be read, proved and ported on its own.'),
    direction('client', ['core'], 'A device knows nothing of the hub but the protocol, which lives in core.'),
    direction('hub', ['core'], 'The hub never runs client code: both sides meet in core only.'),
    direction('elements', ['client', 'core'], 'The sync UI kit is framework-free.'),
    direction('react', ['client', 'core', 'elements'], 'Hooks over the client; of the elements only their types (next rule).'),
    {
      name: 'react-takes-only-types-of-elements',
      comment: 'React and Preact set properties and events of custom elements natively, so there are no wrappers to run.',
      severity: 'error',
      from: { path: '^packages/react/', pathNot: TESTS },
      to: { path: ours('elements'), dependencyTypesNot: ['type-only'] },
    },
    direction('testkit', ['client', 'core', 'hub', 'elements', 'react', 'ai'], 'The testkit drives the packages, not the command line.'),
    direction('cli', ['client', 'core', 'hub', 'testkit', 'ai'], 'The command line has no screen of its own.'),
    {
      name: 'testkit-in-tests-only',
      comment: 'The testkit holds planted faults and a simulator; it never ships inside an app.',
      severity: 'error',
      from: { pathNot: [TESTS, '^packages/(testkit|cli)/', '^tools/examples/', '^node_modules/'] },
      to: { path: ours('testkit') },
    },
    {
      name: 'core-has-no-dependencies',
      comment: 'core runs anywhere. yjs is reached only through the subpath ./yjs, so that text editing loads lazily.',
      severity: 'error',
      from: { path: '^packages/core/src/', pathNot: [TESTS, '^packages/core/src/yjs([.]ts$|/)'] },
      to: { dependencyTypesNot: ['local', 'localmodule', 'type-only'], pathNot: '^packages/core/src/' },
    },
    {
      name: 'core-yjs-only',
      comment: 'The only package that core may use, and only behind ./yjs.',
      severity: 'error',
      from: { path: '^packages/core/src/yjs([.]ts$|/)', pathNot: TESTS },
      to: { path: '^node_modules/', pathNot: '^node_modules/yjs/' },
    },
    {
      name: 'merge-knows-no-protocol',
      comment: 'How data merges does not depend on how it travels.',
      severity: 'error',
      from: { path: '^packages/core/src/merge/' },
      to: { path: '^packages/core/src/protocol(/|[.]ts$)' },
    },
    {
      name: 'no-cycles',
      comment: 'A cycle has no first file to read.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'not-to-tests',
      comment: 'What ships does not import tests or their helpers.',
      severity: 'error',
      from: { path: '^(packages|apps)/[^/]+/src/', pathNot: TESTS },
      to: { path: TESTS },
    },
    {
      name: 'no-unresolvable',
      comment: 'An import that does not resolve is one that no other rule can judge.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'declared-dependencies',
      comment: 'What a package imports when it runs is among its own dependencies or peers, and not only there for its tests.',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/', pathNot: TESTS },
      // An optional peer counts as `npm-peer` and `npm-no-pkg` at once.
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'], dependencyTypesNot: ['npm', 'npm-peer', 'type-only'] },
    },
  ],
  options: {
    // Type imports are dependencies too: a direction that holds only at run time is not a direction.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    combinedDependencies: false,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['tombolo-source', 'import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
  },
}
