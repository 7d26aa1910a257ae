export { catchUp } from "./en/catch_up";
