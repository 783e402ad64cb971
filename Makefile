# The few commands a person needs; each sets up what it uses.
PYTHON ?= python3
export TEXT ?= 今天天气真好,我们去 Central Park 散步吧。

.PHONY: say serve test lint bench dist

say:  ## speak TEXT into hello.wav
	$(PYTHON) bootstrap.py say "$$TEXT" -o hello.wav

serve:  ## the speech service on http://127.0.0.1:8000
	$(PYTHON) bootstrap.py serve

test:  ## all tests, on the real models too
	$(PYTHON) bootstrap.py test

lint:  ## ruff and mypy
	$(PYTHON) bootstrap.py lint

dist:  ## wheel, sdist and bill of materials, in dist/
	$(PYTHON) bootstrap.py dist

bench:  ## error rates and DNSMOS beside kokoro-onnx, then speed beside other engines
	$(PYTHON) bootstrap.py bench quality
	$(PYTHON) bootstrap.py bench peers
