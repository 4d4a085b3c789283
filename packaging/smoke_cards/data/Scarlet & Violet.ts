import { Serie } from "../interfaces"

const serie: Serie = {
	id: "sv",
	name: { en: "Scarlet & Violet" },
}

export default serie
