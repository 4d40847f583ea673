// What may import what. The arrows are those of docs/architecture.md: packages build on what stands above them.
const MAY_IMPORT = {
  tensor: [],
  safetensors: ['tensor'],
  losses: ['tensor'],
  optim: ['tensor'],
  data: ['tensor'],
  module: ['tensor'],
  layers: ['tensor', 'module'],
  recurrent: ['tensor', 'module'],
  train: ['tensor', 'module', 'optim', 'data', 'safetensors'],
}

const direction = Object.entries(MAY_IMPORT).map(([name, allowed]) => ({
  name: `direction-${name}`,
  comment: `${name} may import from ${allowed.join(', ') || 'no other package'}`,
  severity: 'error',
  from: { path: `^packages/${name}/src/` },
  to: { path: '^(packages|apps|bench|tools)/', pathNot: `^packages/(${[name, ...allowed].join('|')})/` },
}))

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...direction,
    {
      name: 'package-without-arrows',
      comment: 'A new package is added to MAY_IMPORT above.',
      severity: 'error',
      from: { path: '^packages/', pathNot: `^packages/(${Object.keys(MAY_IMPORT).join('|')})/` },
      to: {},
    },
    {
      name: 'by-name',
      comment: 'Packages meet at their public entries, never at a path into another one.',
      severity: 'error',
      from: { path: '^(packages|apps)/([^/]+)/' },
      to: { path: '^(packages|apps)/', pathNot: '^$1/$2/', dependencyTypes: ['local'] },
    },
    {
      name: 'no-circular',
      comment: 'Type-only imports may go round; values may not.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'runs-everywhere',
      comment: 'Library code runs in browsers: Node modules only in files that say so by their name.',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/', pathNot: '/src/node[^/]*\\.ts$|[.-]node\\.ts$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'nothing-foreign',
      comment:
        'The published packages depend on each other and on nothing else, but for gpu.js, which is imported when it is asked for.',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/', pathNot: '/backends/gpu/gpujs\\.ts$' },
      to: { path: 'node_modules/' },
    },
    {
      name: 'resolvable',
      comment: 'An import that leads nowhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/dist/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@core/source', 'import', 'default'],
    },
  },
}
