import { library } from '../../tsup.base.ts'

// `Tensor` has a `[Symbol.dispose]`, which few programs' `lib` knows yet.
export default library('/// <reference lib="esnext.disposable" />')
