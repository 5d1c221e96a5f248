"""Packaging. The templates and workbooks at the top level are shipped inside the wheel, beside the code."""

from pathlib import Path

from setuptools import find_packages, setup

BUILD = [
    "pyOpenVBA==6.5.0",  # `xlpy build` mends what this version writes, and its bytes are compared
    "XlsxWriter==3.3.1",  # the bytes of the add-in's sheet are its own
]

CLUSTER = ["distributed>=2024.8"]

setup(
    name="xlpy",
    version="0.1.0",
    description="Excel-centric toolkit for the yearly 质量攻关 applications: Annex 1 forms into a checked Annex 2",
    long_description=Path(__file__).with_name("README.md").read_text("utf-8"),
    long_description_content_type="text/markdown",
    license="MIT",
    license_files=["LICENSE"],
    python_requires=">=3.11",
    packages=[*find_packages(include=["xlpy", "xlpy.*"]), "xlpy.templates", "xlpy.workbook"],
    package_dir={"xlpy": "xlpy", "xlpy.templates": "templates", "xlpy.workbook": "workbook"},
    package_data={"xlpy.templates": ["*.xlsx", "*.docx"], "xlpy.workbook": ["*.xlsx", "*.xlam"], "xlpy": ["py.typed"]},
    install_requires=[
        "formulas>=1.3.4,<1.4",  # computes own checks; which functions it knows, and how, changes between versions
        "lxml>=5",
        "openpyxl>=3.1.5,<3.2",  # 3.2 is announced to change styles, on which the byte-for-byte build rests
        "pandas>=2.2",
        "phonenumbers>=8.13",
        "pydantic>=2.7,<3",
        "python-calamine>=0.9.1,<0.10",  # merged ranges and PasswordError came with 0.9
        "python-docx==1.2.*",  # the bytes of the Word form come from its default template
        "python-stdnum>=2.0",
        "rapidfuzz>=3.9",
        "rich>=13.7",
        "xlwt>=1.3",  # the demo has one town send an old .xls
        "xlwings==0.37.8",  # the add-in holds this version's VBA and asks for this version's DLL by name
    ],
    extras_require={
        "build": BUILD,
        "cluster": CLUSTER,
        "test": [
            *BUILD,
            *CLUSTER,
            "excelize==0.1.0",  # second opinion on formulas and inserted rows; 0.x, so its interface still moves
            "hypothesis>=6.100",
            "mypy>=1.11",
            "odfpy>=1.4",
            "olefile>=0.47",
            "oletools>=0.60.2",
            "openxml-audit==0.8.*",  # its findings are compared literally
            "pandas-stubs",
            "pytest>=8",
            "pytest-xdist>=3.6",
            "ruff>=0.6",
            "types-openpyxl",
        ],
        "fuzz": ["atheris>=3; sys_platform == 'linux'"],  # tests/fuzz; libFuzzer has no Windows wheel
    },
    entry_points={"console_scripts": ["xlpy = xlpy.cli:main"]},
    classifiers=[
        "Programming Language :: Python :: 3",
        "Natural Language :: Chinese (Simplified)",
        "Operating System :: Microsoft :: Windows",
        "Operating System :: POSIX",
    ],
)
