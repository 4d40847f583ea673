import { existsSync, readdirSync } from 'node:fs'
import { katex } from '@mdit/plugin-katex'

const guides = (existsSync('docs') ? readdirSync('docs', { recursive: true }) : [])
  .map((path) => `docs/${path.replaceAll('\\', '/')}`)
  .filter((path) => path.endsWith('.md') && !path.startsWith('docs/site/'))

/** @type {Partial<import('typedoc').TypeDocOptions>} */
export default {
  name: 'core-nn',
  entryPointStrategy: 'packages',
  entryPoints: ['packages/*'],
  projectDocuments: guides,
  out: 'docs/site',
  readme: 'README.md',
  includeVersion: true,
  plugin: ['typedoc-plugin-mdn-links'],
  highlightLanguages: ['typescript', 'javascript', 'json', 'bash', 'console', 'python', 'html', 'css', 'tsx'],
  searchInComments: true,
  searchInDocuments: true,
  disableGit: true,
  disableSources: true,
  treatWarningsAsErrors: true,
  validation: { notExported: true, invalidLink: true, notDocumented: true },
  // Formulas become MathML while building: the reader's browser needs no script, style sheet or font for them.
  markdownItLoader(parser) {
    parser.use(katex, { output: 'mathml', throwOnError: true })
  },
}
