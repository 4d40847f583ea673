export { base, setWork } from './memory'
export { run } from './run'
