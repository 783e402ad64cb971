"""What English readers say for units, currencies and signs."""

# ruff: noqa: E501 - a table reads best with a line for a rule
from __future__ import annotations

UNITS = {
    # length and area
    "km": ("kilometer", "kilometers"), "m": ("meter", "meters"), "cm": ("centimeter", "centimeters"),
    "mm": ("millimeter", "millimeters"), "μm": ("micrometer", "micrometers"), "nm": ("nanometer", "nanometers"),
    "ft": ("foot", "feet"), "yd": ("yard", "yards"), "mi": ("mile", "miles"),
    "km²": ("square kilometer", "square kilometers"), "m²": ("square meter", "square meters"),
    "cm²": ("square centimeter", "square centimeters"), "sq ft": ("square foot", "square feet"),
    "sq km": ("square kilometer", "square kilometers"), "sq mi": ("square mile", "square miles"),
    "m³": ("cubic meter", "cubic meters"), "cm³": ("cubic centimeter", "cubic centimeters"),
    "ha": ("hectare", "hectares"), "km2": ("square kilometer", "square kilometers"),
    "m2": ("square meter", "square meters"), "m3": ("cubic meter", "cubic meters"),
    # volume and mass
    "L": ("liter", "liters"), "ml": ("milliliter", "milliliters"), "mL": ("milliliter", "milliliters"),
    "dL": ("deciliter", "deciliters"), "gal": ("gallon", "gallons"), "tbsp": ("tablespoon", "tablespoons"),
    "tsp": ("teaspoon", "teaspoons"), "fl oz": ("fluid ounce", "fluid ounces"), "kg": ("kilogram", "kilograms"),
    "g": ("gram", "grams"), "mg": ("milligram", "milligrams"), "μg": ("microgram", "micrograms"),
    "lb": ("pound", "pounds"), "lbs": ("pound", "pounds"), "oz": ("ounce", "ounces"),
    # time
    "h": ("hour", "hours"), "hr": ("hour", "hours"), "hrs": ("hour", "hours"), "min": ("minute", "minutes"),
    "mins": ("minute", "minutes"), "s": ("second", "seconds"), "sec": ("second", "seconds"),
    "secs": ("second", "seconds"), "ms": ("millisecond", "milliseconds"), "ns": ("nanosecond", "nanoseconds"),
    # electricity, energy, pressure, frequency, sound
    "V": ("volt", "volts"), "kV": ("kilovolt", "kilovolts"), "mV": ("millivolt", "millivolts"),
    "mA": ("milliamp", "milliamps"), "mAh": ("milliamp hour", "milliamp hours"), "W": ("watt", "watts"),
    "kW": ("kilowatt", "kilowatts"), "MW": ("megawatt", "megawatts"), "GW": ("gigawatt", "gigawatts"),
    "kWh": ("kilowatt hour", "kilowatt hours"), "Ω": ("ohm", "ohms"), "kΩ": ("kilohm", "kilohms"),
    "J": ("joule", "joules"), "kJ": ("kilojoule", "kilojoules"), "cal": ("calorie", "calories"),
    "kcal": ("kilocalorie", "kilocalories"), "Pa": ("pascal", "pascals"), "kPa": ("kilopascal", "kilopascals"),
    "hPa": ("hectopascal", "hectopascals"), "MPa": ("megapascal", "megapascals"),
    "mmHg": ("millimeter of mercury", "millimeters of mercury"), "psi": ("P S I", "P S I"),
    "Hz": ("hertz", "hertz"), "kHz": ("kilohertz", "kilohertz"), "MHz": ("megahertz", "megahertz"),
    "GHz": ("gigahertz", "gigahertz"), "dB": ("decibel", "decibels"), "hp": ("horsepower", "horsepower"),
    # data
    "KB": ("kilobyte", "kilobytes"), "kB": ("kilobyte", "kilobytes"), "MB": ("megabyte", "megabytes"),
    "GB": ("gigabyte", "gigabytes"), "TB": ("terabyte", "terabytes"), "PB": ("petabyte", "petabytes"),
    "kbps": ("kilobit per second", "kilobits per second"), "Mbps": ("megabit per second", "megabits per second"),
    "Gbps": ("gigabit per second", "gigabits per second"), "px": ("pixel", "pixels"),
    # compound
    "mph": ("mile per hour", "miles per hour"), "kph": ("kilometer per hour", "kilometers per hour"),
    "mpg": ("mile per gallon", "miles per gallon"), "rpm": ("revolution per minute", "revolutions per minute"),
    "fps": ("frame per second", "frames per second"), "bpm": ("beat per minute", "beats per minute"),
    # angle and temperature
    "°C": ("degree Celsius", "degrees Celsius"), "℃": ("degree Celsius", "degrees Celsius"),
    "°F": ("degree Fahrenheit", "degrees Fahrenheit"), "℉": ("degree Fahrenheit", "degrees Fahrenheit"),
    "°": ("degree", "degrees"),
}  # fmt: skip
"""Unit → its name for one, and for more."""

PER = {"h": "hour", "hr": "hour", "s": "second", "sec": "second", "min": "minute", "day": "day", "L": "liter",
       "dL": "deciliter", "mL": "milliliter", "ml": "milliliter", "kg": "kilogram", "g": "gram",
       "m²": "square meter", "m³": "cubic meter", "km": "kilometer", "gal": "gallon", "month": "month",
       "year": "year", "s²": "second squared", "week": "week", "mo": "month", "yr": "year", "hour": "hour", "person": "person"}  # fmt: skip
"""What may stand below the stroke: km/h, mg/L, $5/month."""

CURRENCIES = {
    "$": ("dollar", "dollars", "cent", "cents"), "US$": ("US dollar", "US dollars", "cent", "cents"),
    "USD": ("US dollar", "US dollars", "cent", "cents"), "C$": ("Canadian dollar", "Canadian dollars", "cent", "cents"),
    "A$": ("Australian dollar", "Australian dollars", "cent", "cents"),
    "HK$": ("Hong Kong dollar", "Hong Kong dollars", "cent", "cents"),
    "€": ("euro", "euros", "cent", "cents"), "EUR": ("euro", "euros", "cent", "cents"),
    "£": ("pound", "pounds", "penny", "pence"), "GBP": ("pound", "pounds", "penny", "pence"),
    "¥": ("yen", "yen", "", ""), "JPY": ("yen", "yen", "", ""), "RMB": ("yuan", "yuan", "", ""),
    "CNY": ("yuan", "yuan", "", ""), "CN¥": ("yuan", "yuan", "", ""), "₩": ("won", "won", "", ""),
    "₹": ("rupee", "rupees", "paisa", "paise"), "₽": ("ruble", "rubles", "kopeck", "kopecks"),
    "R$": ("Brazilian real", "Brazilian reals", "centavo", "centavos"), "₺": ("lira", "lira", "", ""),
    "₫": ("dong", "dong", "", ""), "₱": ("peso", "pesos", "centavo", "centavos"), "₪": ("shekel", "shekels", "", ""),
    "฿": ("baht", "baht", "", ""), "₴": ("hryvnia", "hryvnias", "", ""), "₦": ("naira", "naira", "", ""),
    "CHF": ("Swiss franc", "Swiss francs", "", ""),
}  # fmt: skip
"""Sign or code → one, more, one of its hundredths, more of them."""

SCALES = {
    "K": "thousand", "k": "thousand", "M": "million", "m": "million", "MM": "million", "B": "billion",
    "b": "billion",
    "bn": "billion", "Bn": "billion", "T": "trillion", "tn": "trillion", "thousand": "thousand",
    "million": "million", "billion": "billion", "trillion": "trillion",
}  # fmt: skip
