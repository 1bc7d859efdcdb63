#include "app/run_main.hpp"

int main(int argc, char** argv) { return exahca::run_main(argc, argv); }
