export { pick } from "./en/pick";
