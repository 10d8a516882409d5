// Everything here is optional: each page works without it.
import * as colour from "./js/colour.js";
import * as counter from "./js/counter.js";
import * as details from "./js/details.js";
import * as quickExit from "./js/quick_exit.js";
import * as readAloud from "./js/read_aloud.js";
import * as slider from "./js/slider.js";
import * as submitOnce from "./js/submit_once.js";

for (const part of [quickExit, slider, counter, colour, readAloud, submitOnce, details]) {
  part.start();
}
