mod append;
mod read;
mod sample;
mod verify;
mod writer;
